import { Graph, layout } from '@dagrejs/dagre';
import { type Line, passingText } from './flow';

/** Sizes of what is drawn, in pixels: of a service, and of a message's name on a line. */
export const serviceSize = { width: 132, height: 48 } as const;
const [letterWidth, textHeight] = [6.4, 15] as const;

interface Point {
  readonly x: number;
  readonly y: number;
}
/** Where everything of the picture stands. */
export interface Layout {
  /** Each service's upper left corner. */
  readonly services: ReadonlyMap<string, Point>;
  /** Each line's way, and the middle of its label. */
  readonly lines: ReadonlyMap<string, { readonly points: readonly Point[]; readonly label: Point }>;
}

/** Places services and lines in layers from the left to the right, with room for every label. */
export function laidOut(services: readonly string[], lines: readonly Line[]): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 34, ranksep: 44, edgesep: 18, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const service of services) graph.setNode(service, { ...serviceSize });
  for (const { id, from, to, passings } of lines) {
    const width = Math.max(...passings.map((passing) => passingText(passing).length)) * letterWidth + 18;
    graph.setEdge(from, to, { width, height: passings.length * textHeight + 4, labelpos: 'c' }, id);
  }
  layout(graph);
  return {
    services: new Map(
      services.map((service) => {
        const { x, y } = graph.node(service) as Point;
        return [service, { x: x - serviceSize.width / 2, y: y - serviceSize.height / 2 }];
      }),
    ),
    lines: new Map(
      lines.map(({ id, from, to }) => {
        const { points, x, y } = graph.edge(from, to, id) as { points: Point[]; x: number; y: number };
        return [id, { points, label: { x, y } }];
      }),
    ),
  };
}
