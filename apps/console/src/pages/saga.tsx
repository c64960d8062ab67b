export function SagaPage({ id }: { readonly process: string; readonly id: string }) {
  return <h1>{id}</h1>;
}
