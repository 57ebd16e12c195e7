/** How Web Chat looks here. Colours are names of tokens.css, so that light and dark need no second drawing. */

const ink = 'var(--ink)';
const soft = 'var(--ink-soft)';
const accent = 'var(--accent)';
const line = 'var(--line)';
const paper = 'var(--paper)';
const surface = 'var(--surface)';

export const styleOptions = {
  accent,
  subtle: soft,
  backgroundColor: 'transparent',
  primaryFont: 'var(--font)',
  monospaceFont: 'var(--font-code)',
  fontSizeSmall: 'var(--text-small)',
  paddingRegular: 8,
  paddingWide: 16,
  rootHeight: '100%',

  // Of a group of messages only the last would have its thumbs, so there are no groups.
  groupTimestamp: 0,

  bubbleBackground: 'transparent',
  bubbleBorderWidth: 0,
  bubbleTextColor: ink,
  bubbleMaxWidth: 704,
  bubbleMinWidth: 0,
  bubbleMinHeight: 24,
  bubbleFromUserBackground: surface,
  bubbleFromUserBorderWidth: 0,
  bubbleFromUserBorderRadius: 16,
  bubbleFromUserTextColor: ink,
  showAvatarInGroup: true,

  markdownRenderHTML: false,
  // None: ":)" stays as it was written.
  emojiSet: {},
  autoScrollSnapOnPage: false,
  scrollToEndButtonBehavior: 'any',

  hideUploadButton: true,
  // The page says itself how the connection is.
  hideToaster: true,
  sendBoxBackground: 'transparent',
  sendBoxBorderTop: 'none',
  sendBoxHeight: 48,
  sendBoxMaxHeight: 160,
  sendBoxTextWrap: true,
  sendBoxTextColor: ink,
  sendBoxPlaceholderColor: soft,
  sendBoxButtonAlignment: 'bottom',
  sendBoxButtonColor: accent,
  sendBoxButtonColorOnDisabled: 'var(--line-strong)',
  sendBoxButtonShadeColorOnHover: 'var(--accent-soft)',
  sendBoxButtonShadeColorOnActive: 'var(--surface-strong)',
  sendBoxButtonShadeColorOnDisabled: 'transparent',
  sendBoxButtonShadeBorderRadius: 12,
  sendBoxButtonShadeInset: 4,
  sendBoxButtonKeyboardFocusIndicatorBorderColor: accent,
  sendBoxButtonKeyboardFocusIndicatorBorderRadius: 12,
  sendBoxButtonKeyboardFocusIndicatorBorderWidth: 2,
  maxMessageLength: 8000,

  suggestedActionLayout: 'flow',
  suggestedActionBackgroundColor: paper,
  suggestedActionBackgroundColorOnHover: 'var(--accent-soft)',
  suggestedActionBackgroundColorOnActive: 'var(--accent-soft)',
  suggestedActionBorderColor: line,
  suggestedActionBorderRadius: 20,
  suggestedActionBorderWidth: 1,
  suggestedActionTextColor: accent,
  suggestedActionKeyboardFocusIndicatorBorderColor: accent,
  suggestedActionKeyboardFocusIndicatorBorderRadius: 16,
  suggestedActionKeyboardFocusIndicatorBorderStyle: 'solid',
  suggestedActionKeyboardFocusIndicatorBorderWidth: 2,
  suggestedActionsVisualKeyboardIndicatorWidth: 0,

  transcriptActivityVisualKeyboardIndicatorColor: accent,
  transcriptVisualKeyboardIndicatorColor: accent,
  transcriptOverlayButtonBackground: paper,
  transcriptOverlayButtonBackgroundOnFocus: paper,
  transcriptOverlayButtonBackgroundOnHover: 'var(--accent-soft)',
  transcriptOverlayButtonColor: accent,
  transcriptOverlayButtonColorOnFocus: accent,
  transcriptOverlayButtonColorOnHover: accent,

  // Longer than any answer takes: the message that ends it takes the dots away.
  typingAnimationDuration: 120_000,
  // Neither animation of Web Chat is shown; without a name here they would be loaded all the same.
  spinnerAnimationBackgroundImage: 'none',
  typingAnimationBackgroundImage: 'none',

  adaptiveCardsParserMaxVersion: '1.6',
  cardEmphasisBackgroundColor: surface,
  cardPushButtonBackgroundColor: accent,
  cardPushButtonTextColor: 'var(--on-accent)',
};

const foregroundColors = {
  default: { default: ink, subtle: soft },
  accent: { default: accent, subtle: accent },
  attention: { default: 'var(--attention)', subtle: 'var(--attention)' },
  good: { default: accent, subtle: accent },
  warning: { default: 'var(--attention)', subtle: 'var(--attention)' },
  dark: { default: ink, subtle: soft },
  light: { default: soft, subtle: soft },
};
const containerStyle = (backgroundColor) => ({
  backgroundColor,
  borderColor: line,
  foregroundColors,
});

/** https://adaptivecards.microsoft.com/?topic=HostConfig */
export const adaptiveCardsHostConfig = {
  fontFamily: 'var(--font)',
  fontSizes: { small: 13, default: 15, medium: 17, large: 20, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 20, default: 24, medium: 26, large: 28, extraLarge: 32 },
  spacing: { small: 4, default: 8, medium: 16, large: 24, extraLarge: 32, padding: 16 },
  separator: { lineThickness: 1, lineColor: line },
  supportsInteractivity: true,
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: containerStyle('transparent'),
    emphasis: containerStyle(surface),
    accent: containerStyle('var(--accent-soft)'),
    good: containerStyle('var(--accent-soft)'),
    attention: containerStyle('var(--attention-soft)'),
    warning: containerStyle('var(--mark)'),
  },
  actions: {
    actionAlignment: 'left',
    actionsOrientation: 'horizontal',
    buttonSpacing: 8,
    maxActions: 20,
    showCard: { actionMode: 'inline', inlineTopMargin: 8 },
    spacing: 'medium',
  },
  adaptiveCard: { allowCustomStyle: false },
  factSet: {
    title: { weight: 'bolder', wrap: true, maxWidth: 160 },
    value: { wrap: true },
    spacing: 16,
  },
  textBlock: { headingLevel: 3 },
  textStyles: { heading: { size: 'default', weight: 'bolder', color: 'default', isSubtle: false } },
};

export const strings = (standard) => ({
  ...standard,
  TRANSCRIPT_MORE_MESSAGES: 'More below',
  TRANSCRIPT_NEW_MESSAGES: 'More below',
  TEXT_INPUT_PLACEHOLDER: 'Ask about your career',
  TYPING_INDICATOR_ALT: 'The mentor is answering',
  ACTIVITY_BOT_SAID_ALT: 'Career Mentor said:',
  ACTIVITY_BOT_ATTACHED_ALT: 'Career Mentor attached:',
});
