/** What cannot be computed, said in one sentence: what, where, and what to do next. */

/** An error whose message is meant for the reader of the page. */
export class Fault extends Error {
  constructor(message) {
    super(message);
    this.name = "Fault";
  }
}
