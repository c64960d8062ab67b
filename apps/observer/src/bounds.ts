/**
 * How many messages of one saga are kept: those that are heard first. An order has some ten; hops have a limit, repetitions and what strangers say under one key have none. Each message of a saga has
 * all of it looked at again, and whoever opens it is sent all of it.
 */
export const keptOfOne = 5_000;

/** How many messages are read at once for looking at their sagas: some ten megabytes. */
export const readAtOnce = 20_000;
