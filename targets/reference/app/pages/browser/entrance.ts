/** Coming in: with an account, or, in test environments, as anybody. */
import { ask } from "./api.ts";
import { location } from "./dom.ts";

export const entrance = () => ({
  email: "",
  password: "",
  refusal: "",
  role: "bidder",

  async logIn() {
    await ask("GET", "/sanctum/csrf-cookie");
    const { email, password } = this;
    const { status, body } = await ask("POST", "/login", { email, password });
    if (status === 204) location.assign("/pages");
    else this.refusal = body?.message ?? `The application answered ${status}`;
  },
  async comeAs() {
    const { body } = await ask("POST", "/testing/users", { role: this.role });
    this.email = body.data.email;
    this.password = body.data.password;
    await this.logIn();
  },
  async beginSale() {
    const lots = [{ title: "A violin", starting_price: 10_000, increment: 500, reserve: 30_000 }];
    const sale = await ask("POST", "/testing/sales", { lots });
    const [lot] = sale.body.data.lots;
    await ask("POST", `/auctions/${lot.id}/start`, {});
    location.assign(`/pages/auctions/${lot.id}`);
  },
});
