import { query } from '@duet/testbed';
import { Client } from 'pg';

/** A connection of the nemesis's own, over the line of a service. */
export class OwnConnection {
  private constructor(private readonly client: Client) {}

  /** @throws what pg says where the database does not answer */
  static async over(url: string): Promise<OwnConnection> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    return new OwnConnection(client);
  }

  /** Whether a query gets an answer, or an error, in this time. */
  async hears(withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<boolean>((done) => (timer = setTimeout(() => done(false), withinMs)));
    const any = () => true;
    const heard = await Promise.race([this.client.query('select 1').then(any, any), silence]);
    clearTimeout(timer);
    return heard;
  }
}

/** Asks a database for nothing, over a connection for this alone. */
export const ask = (url: string): Promise<unknown> => query(url, 'select 1');
