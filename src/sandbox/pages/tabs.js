/** Which pane a narrow screen shows. Returns the function that shows another. */
export function tabs() {
  const buttons = [...document.querySelectorAll('.tabs [data-tab]')];
  const select = (name) => {
    document.body.dataset.tab = name;
    for (const button of buttons) {
      if (button.dataset.tab === name) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  };
  for (const button of buttons) button.addEventListener('click', () => select(button.dataset.tab));
  select('customer');
  return select;
}
