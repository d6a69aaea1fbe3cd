using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Portal.Tests.Shared.Outbound;

/// <summary>A server on loopback that does what a test says with each connection, once the request's head has come.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Connection, Task> _answer;
    private readonly bool _readHead;
    private readonly Task _loop;
    private readonly List<Task> _connections = [];

    /// <param name="readHead">False where the bytes that come are not HTTP.</param>
    public RawServer(Func<Connection, Task> answer, bool readHead = true)
    {
        _answer = answer;
        _readHead = readHead;
        _listener.Start();
        _loop = Accept();
    }

    /// <summary>Answers every request with these bytes and closes.</summary>
    public RawServer(string answer) : this(connection => connection.Send(answer))
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public string Url => $"http://127.0.0.1:{Port}/";

    /// <summary>The heads of the requests so far.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _end.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _connections.Add(Serve(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var connection = new Connection(client, client.GetStream(), _end.Token);
                if (_readHead) Requests.Add(await connection.Head());
                await _answer(connection);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or AuthenticationException)
            {
                // The client has had enough, or the test is over.
            }
        }
    }

    internal sealed record Connection(TcpClient Client, Stream Stream, CancellationToken End)
    {
        public async Task Send(string text) => await Stream.WriteAsync(Encoding.ASCII.GetBytes(text), End);

        /// <summary>Closes so that the client sees a reset.</summary>
        public void Reset()
        {
            Client.LingerState = new LingerOption(true, 0);
            Client.Close();
        }

        /// <summary>Keeps the connection open and silent until the test or the client ends it.</summary>
        public Task Hang() => Stream.CopyToAsync(Stream.Null, End);

        public async Task<string> Head()
        {
            var head = new StringBuilder();
            var letter = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await Stream.ReadAsync(letter, End) == 1) head.Append((char)letter[0]);
            return head.ToString();
        }
    }
}
