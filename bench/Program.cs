using Portal.Bench;

try
{
    return args switch
    {
        ["bare", var url, var body] => await BareServer.Run(url, body),
        [] or ["api"] => await ApiBench.Run(),
        ["pages", .. var options] => await PagesBench.Run(options),
        _ => Usage("Which bench?"),
    };
}
catch (UsageException e)
{
    return Usage(e.Message);
}

static int Usage(string fault)
{
    Console.Error.WriteLine($"{fault}\nusage: dotnet run -c Release --project bench [api | pages [--rounds N] [--circuits N]] (see bench/README.md)");
    return 2;
}
