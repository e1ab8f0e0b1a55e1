// One connection for each instance, kept from call to call, and the roots of the database's certificate.
import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';

const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 1,
  ssl: process.env.DATABASE_ROOTS ? { ca: process.env.DATABASE_ROOTS } : undefined,
});

export const database = drizzle(pool);

export type Transaction = Parameters<Parameters<typeof database.transaction>[0]>[0];
