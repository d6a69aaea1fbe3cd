using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Shared.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ResourceOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_deals_organization_id_mode_id",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_mode_id",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_activities_organization_id_mode_id",
                table: "activities");

            migrationBuilder.CreateIndex(
                name: "ix_deals_organization_id_mode_created_at_id",
                table: "deals",
                columns: new[] { "organization_id", "mode", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_mode_created_at_id",
                table: "contacts",
                columns: new[] { "organization_id", "mode", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_activities_organization_id_mode_created_at_id",
                table: "activities",
                columns: new[] { "organization_id", "mode", "created_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_deals_organization_id_mode_created_at_id",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_mode_created_at_id",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_activities_organization_id_mode_created_at_id",
                table: "activities");

            migrationBuilder.CreateIndex(
                name: "ix_deals_organization_id_mode_id",
                table: "deals",
                columns: new[] { "organization_id", "mode", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_mode_id",
                table: "contacts",
                columns: new[] { "organization_id", "mode", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_activities_organization_id_mode_id",
                table: "activities",
                columns: new[] { "organization_id", "mode", "id" });
        }
    }
}
