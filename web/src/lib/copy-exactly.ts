/** What is copied has each time as its exact one: "3 min ago" means nothing an hour later. */
export function copyExactTimes(): void {
  document.addEventListener('copy', (event) => {
    const selection = getSelection();
    const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (isField || !selection || selection.isCollapsed || selection.rangeCount === 0) return;
    const text = exactTextOf(selection.getRangeAt(0));
    if (text === undefined) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  });
}

/** `undefined` when there is no time in it. */
function exactTextOf(range: Range): string | undefined {
  const within = range.commonAncestorContainer.parentElement?.closest('time');
  if (within) return within.dateTime;
  const copied = range.cloneContents();
  const times = copied.querySelectorAll('time');
  if (times.length === 0) return undefined;
  for (const time of times) time.textContent = time.dateTime;
  // Lines and cells are found by drawing it, where nobody sees it.
  const box = document.createElement('div');
  box.className = 'copied';
  box.append(copied);
  document.body.append(box);
  try {
    // biome-ignore lint/performance/useDomNodeTextContent: the text as it is laid out, with its lines and cells
    return box.innerText;
  } finally {
    box.remove();
  }
}
