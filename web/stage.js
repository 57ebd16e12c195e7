/**
 * What the mentor is doing just now, as its activities say it. Web Chat 4.18 hides such texts behind its dots, so they are
 * shown in their place and said once to screen readers.
 *
 * @param {HTMLElement} announcer  a live region out of sight
 */
export function createStage(announcer) {
  let text = '';

  function set(next) {
    if (next === text) return;
    text = next;
    announcer.textContent = next;
  }

  return {
    /** Middleware for Web Chat's store: hears each activity before Web Chat draws it. */
    storeMiddleware: () => (next) => (action) => {
      if (action.type === 'DIRECT_LINE/INCOMING_ACTIVITY') hear(action.payload.activity);
      return next(action);
    },

    /** Middleware for Web Chat's typing indicator: the words in the place of its dots. */
    typingIndicatorMiddleware: () => (next) => (options) => {
      const dots = next(options);
      if (!dots) return dots;
      // The bundle hands out no React. An element is a plain object, so another one can be made in its likeness.
      const props = { 'aria-hidden': true, className: 'stage', children: text };
      return { ...dots, type: 'div', props };
    },
  };

  function hear(activity) {
    if (activity.from?.role === 'user') return;
    const isStage =
      activity.type === 'typing' && activity.channelData?.streamType === 'informative';
    if (isStage) set(String(activity.text ?? ''));
    else if (activity.type === 'message' || activity.type === 'typing') set('');
  }
}
