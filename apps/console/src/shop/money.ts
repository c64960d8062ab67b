/** An amount of so many minor units: `39.98`. The shop has one currency, which the order tells. */
export const moneyText = (minor: number): string =>
  (minor / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
