// Signs as providers do, with their own packages: stripe SECRET SECONDS BODY, or github SECRET BODY. Prints the header's value.
import Stripe from 'stripe';
import { sign } from '@octokit/webhooks-methods';

const [provider, secret, ...rest] = process.argv.slice(2);
if (provider === 'stripe') {
  const [seconds, body] = rest;
  const stripe = new Stripe('sk_test_unused');
  console.log(stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Number(seconds) }));
} else {
  console.log(await sign(secret, rest[0]));
}
