// What `read-analytics` does for a workspace: what was used during some days, how well it went, and what it cost.
import { parseRange } from '../analytics/days';
import { money, monthToDate, readComingMonths } from '../analytics/money';
import { earned, readSubscription } from '../analytics/subscription';
import { listAnswers, listDays, listErrors } from '../analytics/usage';
import { callsOf, dayVolumes, messagesOf, responseTime } from '../analytics/volume';
import { explain } from '../carrier-codes';
import type { Answer, Event } from '../http';
import { serve } from '../main';
import { api, json } from '../problem';
import { enter, verify } from '../session';

async function readAnalytics(event: Event): Promise<Answer> {
  const caller = await verify(event);
  const now = new Date();
  const range = parseRange(event.rawQueryString, now);
  const { id } = await enter(caller, event, 'read');

  const { asked, month, timeZone } = range;
  const since = asked.starts < month.starts ? asked.starts : month.starts;
  const subscription = await readSubscription(id, since);
  const current = {
    usage: await listDays(id, month, timeZone),
    coming: await readComingMonths(id, now, month.ends),
    subscriptionSoFar: earned(subscription, month.starts, now),
    subscriptionWhole: earned(subscription, month.starts, month.ends),
  };
  const usage = await listDays(id, asked, timeZone);
  const errors = await listErrors(id, asked);
  const buckets = await listAnswers(id, asked);

  const subscribed = earned(subscription, asked.starts, asked.ends < now ? asked.ends : now);
  const analytics = {
    from: asked.from,
    to: asked.to,
    timeZone,
    days: dayVolumes(usage),
    messages: messagesOf(usage),
    calls: callsOf(usage),
    responseTime: responseTime(buckets),
    topErrors: errors.map(({ code, count }) => {
      const { cause = null, advice = null } = explain(code) ?? {};
      return { code, count, cause, advice };
    }),
    money: money(usage, subscribed, caller.isAdministrator),
    monthToDate: monthToDate(current, range, now, caller.isAdministrator),
  };
  return json(200, { analytics });
}

void serve(api(readAnalytics));
