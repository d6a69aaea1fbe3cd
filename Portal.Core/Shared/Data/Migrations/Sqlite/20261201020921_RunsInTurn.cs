using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Shared.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RunsInTurn : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_workflow_executions_due",
                table: "workflow_executions");

            migrationBuilder.CreateIndex(
                name: "ix_workflow_executions_due",
                table: "workflow_executions",
                columns: new[] { "priority", "due_at", "organization_id", "workflow_id", "lease_until" },
                descending: new[] { true, false, false, false, false },
                filter: "due_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_workflow_executions_due",
                table: "workflow_executions");

            migrationBuilder.CreateIndex(
                name: "ix_workflow_executions_due",
                table: "workflow_executions",
                columns: new[] { "priority", "due_at" },
                filter: "due_at IS NOT NULL");
        }
    }
}
