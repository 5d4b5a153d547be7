// Answers requests of `simulate.rs` on standard input with the verdict of iam-simulate on each.
// Usage: node simulate.mjs NODE_MODULES
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/`);
const { runSimulation } = require("@cloud-copilot/iam-simulate");

let text = "";
for await (const chunk of process.stdin) text += chunk;

const verdicts = [];
for (const question of JSON.parse(text)) {
  const result = await runSimulation(
    {
      request: {
        action: question.action,
        resource: { resource: question.resource, accountId: question.account },
        principal: question.principal,
        contextVariables: question.context,
      },
      identityPolicies: question.identity.map((policy, i) => ({ name: `identity${i}`, policy })),
      resourcePolicy: question.resource_policy ?? undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  verdicts.push(
    result.overallResult ?? result.analysis?.result ?? `Error: ${JSON.stringify(result.errors ?? result)}`,
  );
}
console.log(JSON.stringify(verdicts));
