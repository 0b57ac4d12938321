// What does not hold, and where: the one error that verification raises by intent.

/** A defect of the file that is checked. `where` names the place in words for people. */
export class Defect extends Error {
  constructor(where, what) {
    super(what);
    this.where = where;
    this.what = what;
  }
}

/** Ends the verification with a defect. */
export function refuse(where, what) {
  throw new Defect(where, what);
}
