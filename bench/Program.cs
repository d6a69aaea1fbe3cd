using Portal.Bench;

return args switch
{
    ["bare", var url, var body] => await BareServer.Run(url, body),
    [] or ["api"] => await ApiBench.Run(),
    ["pages"] => await PagesBench.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench [api|pages]");
    return 2;
}
