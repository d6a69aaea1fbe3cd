using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Shared.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AddressKeysAndVersionUse : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_mode_email",
                table: "contacts");

            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "contacts",
                type: "text",
                nullable: true);

            // Contacts that are there already are found as new ones are.
            migrationBuilder.Sql("UPDATE contacts SET email_key = lower(email) WHERE email IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_workflow_executions_workflow_id_version",
                table: "workflow_executions",
                columns: new[] { "workflow_id", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_mode_email_key",
                table: "contacts",
                columns: new[] { "organization_id", "mode", "email_key" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_workflow_executions_workflow_id_version",
                table: "workflow_executions");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_mode_email_key",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "contacts");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_mode_email",
                table: "contacts",
                columns: new[] { "organization_id", "mode", "email" });
        }
    }
}
