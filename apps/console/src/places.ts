/** The pages that are reached from everywhere. */
export const places = [
  { path: '/', name: 'Overview', about: 'what is going on, and what needs a person' },
  { path: '/sagas', name: 'Sagas', about: 'find one' },
  { path: '/duel', name: 'Duel', about: 'the same order in several styles, side by side' },
  { path: '/flow', name: 'Flow', about: 'services and messages, as declared and as they really go' },
  { path: '/parked', name: 'Parked', about: 'messages that wait for a person' },
  { path: '/operations', name: 'Operations', about: 'what needs somebody, what is not undone, what people did' },
  { path: '/order', name: 'Shop', about: 'place an order, and choose how it ends' },
] as const;
