// The offers on the topic chosen in the form, and one click that makes one the recipient.
// Without it they are all there, by topic, and the recipient is typed.
(() => {
  const offers = document.querySelector("[data-offers]");
  const topic = document.getElementById("id_topic");
  const recipient = document.getElementById("id_recipient");
  const unit = document.getElementById("id_to_unit");
  if (!offers || !topic || !recipient) return;

  const none = offers.querySelector("[data-offers-none]");
  const show = () => {
    let found = false;
    offers.querySelectorAll("[data-topic]").forEach((group) => {
      const fits = !topic.value || group.dataset.topic === topic.value;
      group.hidden = !fits;
      group.open = fits && Boolean(topic.value);
      found = found || fits;
    });
    none.hidden = found;
  };

  offers.querySelectorAll("[data-recipient]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      recipient.value = button.dataset.recipient;
      if (unit) unit.value = "";
      recipient.focus();
    });
  });
  topic.addEventListener("change", show);
  show();
})();
