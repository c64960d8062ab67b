export function OrderPage() {
  return <h1>Shop</h1>;
}
