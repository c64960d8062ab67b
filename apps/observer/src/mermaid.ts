import { grouped } from './grouped';
import type { Landscape } from './landscape';
import { loopText } from './loop';
import type { SagaView } from './saga-view';
import { meaningOf } from './saga.detail';
import type { Seen } from './seen';

const short = (type: string): string => type.slice(type.indexOf('.') + 1);
/** A participant's id: Mermaid takes letters and digits. */
const idOf = (service: string): string => `s_${service.replaceAll(/\W/g, '_')}`;
const clean = (text: string): string => text.replaceAll(/[;#\n\r]/g, ' ');

/** What happened as a sequence diagram: commands as arrows to who is asked, events as arrows to whoever said something because of them, or as a note where nobody did. */
export function mermaidOf(saga: SagaView, landscape: Landscape): string {
  const services = new Set<string>();
  for (const message of saga.messages) {
    services.add(message.service);
    if (message.kind === 'command') services.add(landscape.serviceOf(message.type));
  }
  const byCause = grouped(saga.messages, ({ cause }) => cause);
  const effects = ({ id }: Seen): string[] => [...new Set(byCause.get(id)?.map(({ service }) => service) ?? [])];
  const lines = saga.messages.flatMap((message): string[] => {
    const label = `${short(message.type)}${message.void ? ' (void)' : ''}${message.reason ? `: ${clean(message.reason.code)}` : ''}`;
    const from = idOf(message.service);
    if (message.kind === 'command') return [`${from}->>${idOf(landscape.serviceOf(message.type))}: ${label}`];
    const arrow = meaningOf(landscape, message) === 'forward' ? '-)' : '--)';
    const heard = effects(message);
    return heard.length === 0 ? [`Note over ${from}: ${label}`] : heard.map((to) => `${from}${arrow}${idOf(to)}: ${label}`);
  });
  const loop = saga.loop ? [`Note over ${idOf(saga.messages[0]!.service)}: loop: ${clean(loopText(saga.loop))}`] : [];
  return [
    'sequenceDiagram',
    ...[...services].map((service) => `  participant ${idOf(service)} as ${clean(service)}`),
    ...[...lines, ...loop].map((line) => `  ${line}`),
  ].join('\n');
}
