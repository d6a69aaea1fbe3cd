using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Shared.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RequestExchanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "latency00",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency01",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency02",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency03",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency04",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency05",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency06",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency07",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency08",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency09",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency10",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency11",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency12",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency13",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency14",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "latency15",
                table: "usage_minutes",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "exchange",
                table: "request_logs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "query",
                table: "request_logs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_request_logs_organization_id_mode_caller_id_created_at",
                table: "request_logs",
                columns: new[] { "organization_id", "mode", "caller_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_request_logs_request_id",
                table: "request_logs",
                column: "request_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_request_logs_organization_id_mode_caller_id_created_at",
                table: "request_logs");

            migrationBuilder.DropIndex(
                name: "ix_request_logs_request_id",
                table: "request_logs");

            migrationBuilder.DropColumn(
                name: "latency00",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency01",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency02",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency03",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency04",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency05",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency06",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency07",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency08",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency09",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency10",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency11",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency12",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency13",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency14",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "latency15",
                table: "usage_minutes");

            migrationBuilder.DropColumn(
                name: "exchange",
                table: "request_logs");

            migrationBuilder.DropColumn(
                name: "query",
                table: "request_logs");
        }
    }
}
