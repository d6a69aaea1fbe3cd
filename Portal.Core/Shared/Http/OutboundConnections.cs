using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Core.Shared.Http;

/// <summary>Connects to checked addresses only: the socket is opened to the address that was looked at, not to the name.</summary>
internal static class OutboundConnections
{
    private const int LargestHeadInKibibytes = 64;
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(15);

    // A name with a dead address and a live one is reached before the request's time is over.
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(4);

    /// <summary>A handler that keeps nothing between requests but connections, for two minutes at most.</summary>
    public static SocketsHttpHandler Handler(OutboundAddress addresses) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        Credentials = null,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseHeadersLength = LargestHeadInKibibytes,
        // A body that is not read to its end costs the connection, and nobody's time.
        MaxResponseDrainSize = 0,
        ConnectTimeout = LongestConnect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = (context, cancellation) => Connect(addresses, context.DnsEndPoint, cancellation),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Validate },
    };

    private static async ValueTask<Stream> Connect(OutboundAddress addresses, DnsEndPoint target, CancellationToken cancellation)
    {
        var found = await addresses.Find(target.Host.TrimEnd('.'), cancellation);
        for (var i = 0; ; i++)
        {
            try
            {
                return await Open(new IPEndPoint(found[i], target.Port), cancellation);
            }
            catch (Exception e) when (i < found.Length - 1 && !cancellation.IsCancellationRequested && e is (SocketException or OperationCanceledException))
            {
                // The name has another address.
                continue;
            }
        }
    }

    private static async Task<NetworkStream> Open(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(LongestTry);
            await socket.ConnectAsync(address, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None ? true : throw Refused(chain, errors);

    private static CertificateRefusedException Refused(X509Chain? chain, SslPolicyErrors errors)
    {
        var reason = (errors, chain) switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "The server showed no certificate.",
            _ when Has(chain, X509ChainStatusFlags.NotTimeValid) => "The server's certificate has expired or is not valid yet.",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "The server's certificate is for another name.",
            _ when Has(chain, X509ChainStatusFlags.PartialChain) => "The server's certificate is not trusted: it is self-signed, or the certificates between it and a known authority are missing.",
            _ => "The server's certificate is not trusted: no known authority issued it.",
        };
        return new CertificateRefusedException(reason);
    }

    private static bool Has(X509Chain? chain, X509ChainStatusFlags flag) => chain?.ChainStatus.Any(status => status.Status.HasFlag(flag)) ?? false;
}

/// <summary>The server's certificate cannot be trusted; the message is for a person.</summary>
internal sealed class CertificateRefusedException(string message) : AuthenticationException(message);
