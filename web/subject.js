const noop = () => undefined;

/** An observer with all three of its methods, out of whatever a subscriber gave. */
export function toObserver(given) {
  const observer = typeof given === 'function' ? { next: given } : given;
  return {
    next: observer.next?.bind(observer) ?? noop,
    error: observer.error?.bind(observer) ?? noop,
    complete: observer.complete?.bind(observer) ?? noop,
  };
}

/**
 * As much of an observable as Web Chat needs. One that is made with a value hands the latest to each newcomer, and says
 * nothing while it stays the same.
 */
export function createSubject(...initial) {
  const hasValue = initial.length > 0;
  const observers = new Set();
  const subject = {
    value: initial[0],
    next(value) {
      if (hasValue && value === subject.value) return;
      subject.value = value;
      for (const observer of [...observers]) observer.next(value);
    },
    subscribe(given) {
      const observer = toObserver(given);
      observers.add(observer);
      if (hasValue) observer.next(subject.value);
      return { unsubscribe: () => observers.delete(observer) };
    },
  };
  return subject;
}
