import { type ReactNode, useEffect, useRef, useState } from 'react';

/** What may be wider than its place scrolls by itself; by keyboard too, when there is something to scroll. */
export function Wide({ label, framed = false, children }: { label: string; framed?: boolean; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setScrolls(element.scrollWidth > element.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return (
    <section
      ref={box}
      className={['table-wrap', framed && 'framed', scrolls && 'scrolls'].filter(Boolean).join(' ')}
      aria-label={label}
      {...(scrolls && { tabIndex: 0 })}
    >
      {children}
    </section>
  );
}
