// Plays the receiver and the sender of webhooks with the package standardwebhooks.
// sign SECRET ID SECONDS BODY: prints the signature. verify SECRET HEADERS BODY: exit code 0 when it verifies.
import { Webhook } from 'standardwebhooks';

const [what, secret, ...rest] = process.argv.slice(2);
const webhook = new Webhook(secret);
if (what === 'sign') {
  const [id, seconds, body] = rest;
  console.log(webhook.sign(id, new Date(Number(seconds) * 1000), body));
} else {
  const [headers, body] = rest;
  webhook.verify(body, JSON.parse(headers));
  console.log('verified');
}
