/**
 * Which event leads where. The stores carry the transitions out, each as one conditional statement; a table says what
 * the conditions have to be, and the tests hold the stores to it.
 */
export type StateTable<Status extends string, Event extends string> = Readonly<
  Record<Status, Readonly<Record<Event, Status | 'refused'>>>
>
