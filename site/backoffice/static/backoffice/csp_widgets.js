/* Starts the widgets that Wagtail would start by an inline script (see backoffice/csp_widgets.py).
   Stimulus calls connect() for every such element, whether it was on the page or came later. */
(() => {
    const started = new WeakSet();

    class StartWidget extends window.StimulusModule.Controller {
        static values = { function: String, arguments: Array, construct: Boolean };

        connect() {
            // Rows of an inline panel are moved about: once is enough.
            if (started.has(this.element)) return;
            started.add(this.element);
            const name = this.functionValue;
            const wanted = name.split(".").reduce((scope, part) => scope?.[part], window);
            if (typeof wanted !== "function") throw new Error(`No function ${name} to start a widget`);
            if (this.constructValue) new wanted(...this.argumentsValue);
            else wanted(...this.argumentsValue);
        }
    }

    window.wagtail.app.register("start-widget", StartWidget);

    // Left alone, the calendar makes today of a day it cannot read, and 1 December of 31 November, as soon as
    // one leaves the field. Nobody would notice: what was typed stays, and the form says what is wrong with it.
    window.jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
})();
