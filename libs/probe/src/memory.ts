import { request } from '@duet/testbed';

/** How much memory a service's process has, in bytes, as it says itself. @param url of the service */
export async function memoryOf(url: string): Promise<number> {
  const { text } = await request('GET', `${url}/metrics`);
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1] ?? NaN);
}
