import { useEffect } from 'react';
import { useKeys } from '../keys/keys';

/** How long a step is shown when it plays at 1×, in milliseconds: as long as its sentence takes to read. */
const stepMs = 2_400;
export const speeds = [0.5, 1, 2, 4] as const;

interface PlayerProps {
  readonly step: number;
  readonly steps: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly onStep: (step: number) => void;
  readonly onPlaying: (playing: boolean) => void;
  readonly onSpeed: (speed: number) => void;
}

/** Goes back and forth over the steps of a duel; `←` and `→` do so, too, and the space bar plays. */
export function Player({ step, steps, playing, speed, onStep, onPlaying, onSpeed }: PlayerProps) {
  const to = (wanted: number): void => {
    onPlaying(false);
    onStep(Math.min(steps, Math.max(1, wanted)));
  };
  const play = (): void => {
    if (!playing && step >= steps) onStep(1);
    onPlaying(!playing);
  };
  useKeys({
    ArrowLeft: { does: 'one step back', run: () => to(step - 1) },
    ArrowRight: { does: 'one step on', run: () => to(step + 1) },
    Home: { does: 'to the first step', run: () => to(1) },
    End: { does: 'to the latest step', run: () => to(steps) },
    p: { does: 'play or pause', run: play },
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => (step < steps ? onStep(step + 1) : onPlaying(false)), stepMs / speed);
    return () => clearTimeout(timer);
  }, [playing, step, steps, speed, onStep, onPlaying]);
  return (
    <div className="row duel-player" role="group" aria-label="Steps">
      <button type="button" aria-label="One step back" disabled={step <= 1} onClick={() => to(step - 1)}>
        ◀
      </button>
      <output aria-label="Step">
        {step} / {steps}
      </output>
      <button type="button" aria-label="One step on" disabled={step >= steps} onClick={() => to(step + 1)}>
        ▶
      </button>
      <input
        type="range"
        aria-label="Step"
        min={Math.min(1, steps)}
        max={steps}
        value={step}
        onChange={(event) => to(Number(event.target.value))}
      />
      <button type="button" disabled={steps === 0} onClick={play}>
        {playing ? 'Pause' : 'Play'}
      </button>
      <label>
        speed{' '}
        <select value={speed} onChange={(event) => onSpeed(Number(event.target.value))}>
          {speeds.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
