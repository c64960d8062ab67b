export function DuelPage() {
  return <h1>Duel</h1>;
}
