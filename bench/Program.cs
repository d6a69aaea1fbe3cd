using Portal.Bench;
using Portal.Bench.Webhooks;
using Portal.Bench.Workflows;

try
{
    return args switch
    {
        ["bare", var url, var body] => await BareServer.Run(url, body),
        ["receiver", var url] => await WebhookReceiver.Run(url),
        [] or ["api"] => await ApiBench.Run(),
        ["pages", .. var options] => await PagesBench.Run(options),
        ["webhooks", .. var options] => await WebhooksBench.Run(options),
        ["workflows", .. var options] => await WorkflowsBench.Run(options),
        _ => Usage("Which bench?"),
    };
}
catch (UsageException e)
{
    return Usage(e.Message);
}

static int Usage(string fault)
{
    Console.Error.WriteLine($"{fault}\nusage: dotnet run -c Release --project bench [api | pages [options] | webhooks [options] | workflows [options]] (see bench/README.md)");
    return 2;
}
