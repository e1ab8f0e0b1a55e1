// Who is calling, and the workspace that they may enter: Clerk's session tokens, verified without the network.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { importSPKI, jwtVerify, type JWTPayload } from 'jose';

import { database } from './database';
import type { Event } from './http';
import { Problem, tooMany } from './problem';
import { requestWindows, workspaces } from './schema/workspaces';

/** Tolerated difference between Clerk's clock and ours, in seconds, as in Clerk's own SDK. */
const SKEW = 5;

// A deployment's settings often carry a key on one line.
const key = importSPKI(process.env.CLERK_JWT_KEY!.replaceAll('\\n', '\n'), 'RS256');
const issuer = process.env.CLERK_ISSUER!;
const parties = (process.env.CLERK_AUTHORIZED_PARTIES ?? '').split(',').map((party) => party.trim()).filter(Boolean);
const requestsPerMinute = Number(process.env.API_REQUESTS_PER_MINUTE);

interface Claims extends JWTPayload {
  sid?: string;
  azp?: string;
  sts?: string;
  act?: object;
  v?: number;
  o?: { id: string; rol?: string };
  org_id?: string;
  org_role?: string;
}

export interface Caller {
  userId: string;
  organizationId?: string;
  isAdministrator: boolean;
  isPending: boolean;
  isImpersonated: boolean;
}

export async function verify(event: Event): Promise<Caller> {
  const token = /^bearer\s+(\S+)$/i.exec(event.headers.authorization?.trim() ?? '')?.[1];
  const claims = token && (await read(token));
  if (!claims || !claims.sub?.startsWith('user_') || !claims.sid) {
    throw unauthenticated();
  }
  if (parties.length > 0 && !parties.includes(claims.azp ?? '')) {
    throw unauthenticated();
  }
  // Version 2 has the organisation in `o`; an `org_id` beside it would be a claim that somebody made up.
  const isSecond = claims.v === 2;
  const role = isSecond ? claims.o?.rol : claims.org_role;
  return {
    userId: claims.sub,
    organizationId: isSecond ? claims.o?.id : claims.org_id,
    isAdministrator: role === 'admin' || role === 'org:admin',
    isPending: claims.sts === 'pending',
    isImpersonated: claims.act !== undefined,
  };
}

async function read(token: string): Promise<Claims | undefined> {
  const checks = { algorithms: ['RS256'], issuer, clockTolerance: SKEW, requiredClaims: ['exp'] };
  try {
    return (await jwtVerify<Claims>(token, await key, checks)).payload;
  } catch {
    return undefined;
  }
}

function unauthenticated(): Problem {
  const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return new Problem(401, 'unauthenticated', 'A valid Clerk session token is needed.', {}, challenge);
}

export type Workspace = Awaited<ReturnType<typeof enter>>;

/** The workspace that the path names, which must be the one of the token's organisation. Counts as one request of it. */
export async function enter(caller: Caller, event: Event, access: 'read' | 'write') {
  if (caller.isPending) {
    throw new Problem(403, 'session_pending', 'the session is not complete yet');
  }
  if (caller.isImpersonated && access === 'write') {
    throw new Problem(403, 'impersonated_session', 'an impersonated session may only read');
  }
  if (!caller.organizationId) {
    throw new Problem(403, 'organization_required', 'the session has no active organisation');
  }
  const [workspace] = await database
    .select({ id: workspaces.id, tier: workspaces.subscriptionTier })
    .from(workspaces)
    .where(and(eq(workspaces.clerkOrganizationId, caller.organizationId), isNull(workspaces.deletedAt)));
  const named = event.pathParameters?.workspace;
  if (!workspace || (named !== caller.organizationId && named !== workspace.id)) {
    throw new Problem(404, 'workspace_not_found', 'there is no such workspace');
  }
  await countRequest(workspace.id);
  return workspace;
}

async function countRequest(workspaceId: string): Promise<void> {
  const { startedAt, requests } = requestWindows;
  const isOver = sql`${startedAt} + interval '1 minute' <= now()`;
  const [window] = await database
    .insert(requestWindows)
    .values({ workspaceId, startedAt: sql`now()`, requests: 1 })
    .onConflictDoUpdate({
      target: requestWindows.workspaceId,
      set: {
        startedAt: sql`case when ${isOver} then now() else ${startedAt} end`,
        requests: sql`case when ${isOver} then 1 else ${requests} + 1 end`,
      },
    })
    .returning({ requests, startedAt });
  if (window!.requests > requestsPerMinute) {
    const seconds = Math.max(1, Math.ceil((window!.startedAt.getTime() + 60_000 - Date.now()) / 1000));
    throw tooMany('too_many_requests', 'this workspace makes too many requests', seconds);
  }
}
