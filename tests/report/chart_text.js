// Every text of every drawing that stands outside its frame or over another text: [drawing, text, what is wrong].
() => {
  const slack = 1, leading = 2, wrong = [];
  for (const svg of document.querySelectorAll(".draw svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const name = svg.getAttribute("aria-labelledby").split(" ")[0], scale = frame.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim()).map((t) => ({ said: t.textContent, box: t.getBoundingClientRect() }));
    if (!texts.length) wrong.push([name, "", "no text at all"]);
    for (const { said, box } of texts)
      if (box.left < frame.left - slack || box.right > frame.right + slack || box.top < frame.top - slack - leading || box.bottom > frame.bottom + slack + leading)
        wrong.push([name, said, "outside"]);
    for (let i = 0; i < texts.length; i++)
      for (let j = 0; j < i; j++) {
        const a = texts[i].box, b = texts[j].box;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > slack * scale && down > slack * scale + 2 * leading) wrong.push([name, texts[i].said, "over " + texts[j].said]);
      }
  }
  return wrong;
}
