import {
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import type { FlowView } from '../api/types';
import { inHueOf } from '../shared/service-chip';
import { counted } from '../words/names';
import { type Line, lineText, passingText } from './flow';
import { laidOut, type Layout, serviceSize } from './layout';

type ServiceNode = Node<FlowView['nodes'][number], 'service'>;
type LineEdge = Edge<{ readonly line: Line; readonly way: NonNullable<ReturnType<Layout['lines']['get']>> }, 'line'>;

interface FlowFigureProps {
  readonly nodes: FlowView['nodes'];
  readonly lines: readonly Line[];
  readonly onService: (service: string) => void;
}

/** Services and what goes between them; a service is chosen with a click or Enter. */
export function FlowFigure({ nodes, lines, onService }: FlowFigureProps) {
  const shown = useMemo(() => {
    const named = new Set(lines.flatMap(({ from, to }) => [from, to]));
    const services = nodes.filter(({ service }) => named.has(service));
    const { services: places, lines: ways } = laidOut(
      services.map(({ service }) => service),
      lines,
    );
    return {
      nodes: services.map((data): ServiceNode => ({
        ...{ id: data.service, type: 'service', position: { ...places.get(data.service)! }, data, ...serviceSize },
        ariaLabel: `${data.service}, ${counted(data.messages, 'message')} sent${data.leads ? ', leads' : ''}; Enter shows only what concerns it`,
      })),
      edges: lines.map((line): LineEdge => ({
        ...{ id: line.id, source: line.from, target: line.to, type: 'line', data: { line, way: ways.get(line.id)! } },
        ...{ className: `flow-line flow-${line.verdict.replaceAll(' ', '-')}`, ariaLabel: lineText(line) },
        markerEnd: { type: MarkerType.ArrowClosed, color: 'currentColor' },
      })),
    };
  }, [nodes, lines]);
  return (
    <div
      className="flow-figure"
      onKeyDown={(event) => {
        const service =
          event.target instanceof HTMLElement ? event.target.closest('.react-flow__node')?.getAttribute('data-id') : undefined;
        if (event.key === 'Enter' && service) onService(service);
      }}
    >
      <ReactFlow
        key={lines.map(({ id }) => id).join()}
        nodes={shown.nodes}
        edges={shown.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodeClick={(_, { id }) => onService(id)}
        nodesDraggable={false}
        nodesConnectable={false}
        fitView
        minZoom={0.2}
        maxZoom={2}
        preventScrolling={false}
        aria-label="Services and messages; the table has the same in words"
      >
        <Controls showInteractive={false} position="top-right" />
      </ReactFlow>
    </div>
  );
}

function ServiceBox({ data: { service, leads, declared, messages } }: NodeProps<ServiceNode>) {
  return (
    <div className={`flow-service ${declared ? '' : 'flow-undeclared'}`} style={{ ...inHueOf(service), ...serviceSize }}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <strong>{service}</strong>
      <span>
        {leads && 'leads · '}
        {declared ? `${messages.toLocaleString('en')} sent` : 'no manifest'}
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

function LineWay({ data, markerEnd }: EdgeProps<LineEdge>) {
  if (!data) return null;
  const { line, way } = data;
  const path = way.points.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  return (
    <>
      <BaseEdge path={path} {...(markerEnd !== undefined && { markerEnd })} />
      <EdgeLabelRenderer>
        <div
          className={`flow-label flow-${line.verdict.replaceAll(' ', '-')}`}
          aria-hidden="true"
          style={{ transform: `translate(-50%, -50%) translate(${way.label.x}px, ${way.label.y}px)` }}
        >
          {line.passings.map((passing) => (
            <div key={passing.type} className={`flow-means-${passing.means} flow-${passing.verdict.replaceAll(' ', '-')}`}>
              {passing.kind === 'command' ? '■' : '●'} {passingText(passing)}
            </div>
          ))}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

const nodeTypes = { service: ServiceBox };
const edgeTypes = { line: LineWay };
