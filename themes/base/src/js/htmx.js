// A file of its own: only pages that use hx- attributes fetch it. Its settings are in <meta name="htmx-config">.
import htmx from "htmx.org";

window.htmx = htmx;
