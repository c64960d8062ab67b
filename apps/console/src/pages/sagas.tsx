export function SagasPage() {
  return <h1>Sagas</h1>;
}
