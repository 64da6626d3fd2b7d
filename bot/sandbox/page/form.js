/** The fields of a card: what a form sends, and drafts that outlive the redrawing of the card. */

/**
 * What a visitor has put into one field and not sent yet. It is kept under the field's name (or
 * place) as long as the card gives the field the same initial value.
 */
export class Draft {
  constructor(component, ctx, initial) {
    this.memory = ctx.memory;
    this.key = `draft:${ctx.form?.name ?? ""}:${component.name ?? ctx.path}`;
    this.initial = JSON.stringify(initial ?? null);
    const kept = this.memory.get(this.key);
    this.value = kept?.initial === this.initial ? kept.value : initial;
    ctx.form?.drafts.push(this);
  }

  keep(value) { this.memory.set(this.key, { initial: this.initial, value }); }
  drop() { this.memory.delete(this.key); }
}

/** The fields of one form container. */
export class Form {
  fields = new Map();
  drafts = [];

  constructor(name) { this.name = name; }

  add(name, field) { if (name) this.fields.set(name, field); }
  hasPicker() { return [...this.fields.values()].some((field) => field.picker); }

  reset() {
    for (const draft of this.drafts) draft.drop();
    for (const field of this.fields.values()) { field.reset(); mark(field.node, false); }
  }

  /** Forgets the drafts while they are on their way; the given function brings them back. */
  park() {
    const kept = this.drafts.map((draft) => [draft, draft.memory.get(draft.key)]).filter(([, entry]) => entry);
    for (const [draft] of kept) draft.drop();
    return () => { for (const [draft, entry] of kept) draft.memory.set(draft.key, entry); };
  }

  values() {
    const values = {};
    for (const [name, field] of this.fields) {
      const value = field.value();
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** Marks the required fields left empty; true when there is none. */
  valid() {
    const missing = [...this.fields.values()].filter((field) => {
      const value = field.value();
      const empty = Boolean(field.required && (value === undefined || value === "" || value?.length === 0));
      mark(field.node, empty);
      return empty;
    });
    missing[0]?.node.scrollIntoView({ block: "nearest" });
    if (missing[0]) controlOf(missing[0].node)?.focus();
    return missing.length === 0;
  }
}

const controlOf = (node) => (node.matches("button, input, textarea") ? node : node.querySelector("input, textarea, button"));

/** Shows whether a required field is missing, to eyes and to screen readers. */
export function mark(node, missing) {
  node.classList.toggle("missing", missing);
  if (missing) controlOf(node)?.setAttribute("aria-invalid", "true");
  else controlOf(node)?.removeAttribute("aria-invalid");
}
