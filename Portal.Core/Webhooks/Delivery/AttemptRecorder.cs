using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Portal.Core.Shared.Cluster;
using Portal.Core.Shared.Data;
using Portal.Core.Shared.Ids;

namespace Portal.Core.Webhooks.Delivery;

/// <summary>An attempt that is over, and what it makes of delivery and lane.</summary>
internal sealed record AttemptResult(
    LaneRunner Lane, DeliveryJob Job, SentAttempt Sent, DeliveryState State, DateTimeOffset DueAt, int Failures, DateTimeOffset? FailingSince, DateTimeOffset RestsUntil);

/// <summary>
/// Stores attempts, those of all endpoints together: while one batch is written the next gathers. A result counts only
/// while its node still leads the endpoint; a late one is dropped, since the new leader has attempted the delivery itself.
/// </summary>
internal sealed class AttemptRecorder(
    PortalStore store, EndpointAlarm alarm, IClusterSignals signals, IdGenerator ids, TimeProvider time, string node, ILogger logger)
{
    private const int Largest = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly BulkStatement Attempts = new("webhook_attempts",
        ["id", "organization_id", "mode", "delivery_id", "endpoint_id", "number", "succeeded", "status", "error", "duration", "exchange", "created_at"]);

    private static readonly BulkStatement Hours = new("webhook_hours", ["endpoint_id", "hour", "organization_id", "succeeded", "failed", "duration_sum", "duration_max"], """
        ON CONFLICT (endpoint_id, hour) DO UPDATE SET succeeded = webhook_hours.succeeded + excluded.succeeded, failed = webhook_hours.failed + excluded.failed,
        duration_sum = webhook_hours.duration_sum + excluded.duration_sum,
        duration_max = CASE WHEN excluded.duration_max > webhook_hours.duration_max THEN excluded.duration_max ELSE webhook_hours.duration_max END
        """);

    private readonly Channel<AttemptResult> _results = Channel.CreateUnbounded<AttemptResult>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(AttemptResult result) => _results.Writer.TryWrite(result);

    /// <summary>Ends once everything that was added is stored.</summary>
    public void Complete() => _results.Writer.TryComplete();

    public async Task Run()
    {
        var batch = new List<AttemptResult>(Largest);
        while (await _results.Reader.WaitToReadAsync())
        {
            while (batch.Count < Largest && _results.Reader.TryRead(out var result)) batch.Add(result);
            await StoreOrRetry(batch);
            batch.Clear();
        }
    }

    private async Task StoreOrRetry(List<AttemptResult> batch)
    {
        while (true)
        {
            try
            {
                var fenced = await Store(batch);
                foreach (var result in batch)
                {
                    if (fenced.Contains(result.Lane)) result.Lane.Dispose();
                    else result.Lane.Recorded(result.Job.Id, result.State == DeliveryState.Pending ? result.DueAt : null);
                }

                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "{Count} attempts could not be stored; trying again", batch.Count);
                await Task.Delay(Pause, time);
            }
        }
    }

    /// <returns>The lanes that this node does not lead any more.</returns>
    private Task<HashSet<LaneRunner>> Store(List<AttemptResult> batch) => store.WriteAcross(async (db, token) =>
    {
        var endpoints = batch.Select(result => result.Job.EndpointId).Distinct(StringComparer.Ordinal).ToArray();
        var lanes = await db.Across<WebhookLane>().Where(lane => endpoints.Contains(lane.EndpointId)).ToDictionaryAsync(lane => lane.EndpointId, StringComparer.Ordinal, token);
        var fenced = batch.Select(result => result.Lane).Where(runner => !IsOurs(lanes.GetValueOrDefault(runner.EndpointId), runner)).ToHashSet();
        var valid = batch.FindAll(result => !fenced.Contains(result.Lane));
        foreach (var group in valid.GroupBy(result => result.Job.EndpointId, StringComparer.Ordinal))
        {
            var lane = lanes[group.Key];
            Observe(lane, [.. group]);
            await alarm.Consider(db, lane, group.Select(result => result.Sent.Outcome), token);
        }

        await UpdateDeliveries(db, valid, token);
        await Attempts.Insert(db, valid, result => Values(db, result), token);
        await Hours.Insert(db, [.. valid.GroupBy(result => (result.Job.EndpointId, HourOf(result.Sent.StartedAt)))], hour => Values(db, hour.Key, [.. hour]), token);
        foreach (var organization in valid.Select(result => result.Job.Tenant.OrganizationId).Distinct(StringComparer.Ordinal))
            db.AfterCommit(() => signals.Send(SignalTopics.Delivery, organization));
        return fenced;
    }, CancellationToken.None);

    private bool IsOurs(WebhookLane? lane, LaneRunner runner) => lane is not null && lane.LeaseOwner == node && lane.LeaseNumber == runner.LeaseNumber;

    private static void Observe(WebhookLane lane, AttemptResult[] results)
    {
        var last = results[^1];
        (lane.Failures, lane.FailingSince, lane.RestsUntil) = (last.Failures, last.FailingSince, last.RestsUntil == DateTimeOffset.MinValue ? null : last.RestsUntil);
        lane.LastAttemptAt = results.Max(result => result.Sent.StartedAt);
        if (Array.FindLast(results, result => result.Sent.Outcome.Succeeded) is { } success) lane.LastSuccessAt = success.Sent.StartedAt;
        if (lane.FailingSince is null) (lane.Warnings, lane.WarnedAt) = (0, null);
        foreach (var result in results.Where(result => result.State == DeliveryState.Pending)) LaneRows.DueBy(lane, result.DueAt);
    }

    // One prepared statement: EF would read each row to change it.
    private static async Task UpdateDeliveries(PortalDbContext db, List<AttemptResult> results, CancellationToken cancellation)
    {
        if (results.Count == 0) return;
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = """
            UPDATE webhook_deliveries SET state = @p1, attempts = attempts + 1, total_attempts = total_attempts + 1, due_at = @p2, last_status = @p3, last_error = @p4, last_attempt_at = @p5
            WHERE id = @p0 AND state = 'Pending'
            """;
        for (var i = 0; i < 6; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }

        foreach (var result in results)
        {
            object?[] values =
            [
                result.Job.Id, result.State.ToString(), db.Stored(result.DueAt), result.Sent.Outcome.Status, result.Sent.Outcome.Error, db.Stored(result.Sent.StartedAt),
            ];
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private object?[] Values(PortalDbContext db, AttemptResult result) =>
    [
        ids.New("att"), result.Job.Tenant.OrganizationId, result.Job.Tenant.Mode == ApiMode.Test ? "test" : "live", result.Job.Id, result.Job.EndpointId,
        result.Job.TotalAttempts + 1, result.Sent.Outcome.Succeeded, result.Sent.Outcome.Status, result.Sent.Outcome.Error,
        (long)result.Sent.Duration.TotalMicroseconds, result.Sent.Exchange.Write(), db.Stored(result.Sent.StartedAt),
    ];

    private static object?[] Values(PortalDbContext db, (string EndpointId, DateTimeOffset Hour) key, AttemptResult[] results) =>
    [
        key.EndpointId, db.Stored(key.Hour), results[0].Job.Tenant.OrganizationId,
        results.LongCount(result => result.Sent.Outcome.Succeeded), results.LongCount(result => !result.Sent.Outcome.Succeeded),
        results.Sum(result => (long)result.Sent.Duration.TotalMicroseconds), results.Max(result => (long)result.Sent.Duration.TotalMicroseconds),
    ];

    private static DateTimeOffset HourOf(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerHour));
}
