// GraphiQL, for developers only: the page that a browser gets at /graphql/ outside production. Everything it needs is in
// this bundle, so that it works without the internet and under our content security policy.

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const box = document.getElementById("graphiql");
// The header proves that our own page writes: a mutation with the session cookie is refused without it.
const fetcher = createGraphiQLFetcher({ url: location.pathname, headers: { "X-Requested-With": "GraphiQL" } });
createRoot(box).render(createElement(GraphiQL, { fetcher, defaultQuery: box.dataset.query }));
