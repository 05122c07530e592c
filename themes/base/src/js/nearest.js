// The order "nearest to me" of a list: leads to the address with the position in it, rounded to about 100 m, because an
// address is written into logs and shared. Without JavaScript or a position the order is not offered.

const DECIMALS = 3;

export function start(element) {
  const { dataset } = element;
  const button = element.querySelector("[data-locate]");
  const status = element.querySelector("[data-status]");
  element.hidden = !("geolocation" in navigator);

  const show = ({ coords }) => {
    const address = new URL(dataset.address, location.href);
    const place = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(DECIMALS));
    address.searchParams.set("dekat", place.join(","));
    location.assign(address);
  };

  button.addEventListener("click", () => {
    status.textContent = dataset.textLocating;
    navigator.geolocation.getCurrentPosition(show, () => (status.textContent = dataset.textDenied), {
      timeout: 12000,
      maximumAge: 60000,
    });
  });
}
