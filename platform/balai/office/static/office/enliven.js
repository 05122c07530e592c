// Starts the portal's small modules (maps, say) on pages of the back office. No page needs it.
for (const element of document.querySelectorAll("[data-module]")) {
  import(element.dataset.module).then((module) => module.start(element));
}
