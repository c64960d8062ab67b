export function ParkedPage() {
  return <h1>Parked</h1>;
}
