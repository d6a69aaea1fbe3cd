using Microsoft.EntityFrameworkCore;
using Portal.Core.Workflows.Definitions;
using Portal.Core.Workflows.Engine;
using Portal.Core.Workflows.Tasks;
using Portal.Core.Workflows.Templates;
using Portal.Core.Workflows.Triggers;

namespace Portal.Core.Workflows;

internal static class WorkflowsModel
{
    private const int NameLength = 16;

    public static void Configure(ModelBuilder builder)
    {
        ConfigureDefinitions(builder);
        ConfigureEngine(builder);
        builder.Entity<TriggerRow>(e =>
        {
            e.ToTable("workflow_triggers");
            e.Property(x => x.Kind).HasConversion<string>().HasMaxLength(NameLength);
            e.HasIndex(x => new { x.WorkflowId, x.NodeId }).IsUnique();
            e.HasIndex(x => x.NextAt).HasFilter("next_at IS NOT NULL").HasDatabaseName("ix_workflow_triggers_due");
            e.HasIndex(x => new { x.OrganizationId, x.Kind });
        });
        builder.Entity<WorkflowTask>(e =>
        {
            e.ToTable("workflow_tasks");
            e.Property(x => x.Kind).HasConversion<string>().HasMaxLength(NameLength);
            e.Property(x => x.State).HasConversion<string>().HasMaxLength(NameLength);
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.State, x.CreatedAt });
            e.HasIndex(x => x.ExecutionId);
        });
        builder.Entity<WorkflowTemplate>(e =>
        {
            e.ToTable("workflow_templates");
            e.HasIndex(x => new { x.OrganizationId, x.CreatedAt });
            e.HasIndex(x => x.IsPublic);
        });
        builder.Entity<TemplateUse>(e =>
        {
            e.ToTable("workflow_template_uses");
            e.HasKey(x => x.TemplateId);
        });
        builder.Entity<TemplateReviewRow>(e =>
        {
            e.ToTable("workflow_template_reviews");
            e.HasIndex(x => new { x.TemplateId, x.UserId }).IsUnique();
        });
    }

    private static void ConfigureDefinitions(ModelBuilder builder)
    {
        builder.Entity<Workflow>(e =>
        {
            e.ToTable("workflows");
            // The order that lists come in unless another is asked for.
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
        });
        builder.Entity<WorkflowVersion>(e =>
        {
            e.ToTable("workflow_versions");
            e.HasKey(x => new { x.WorkflowId, x.Number });
            e.HasOne<Workflow>().WithMany().HasForeignKey(x => x.WorkflowId);
        });
        builder.Entity<WorkflowSecret>(e =>
        {
            e.ToTable("workflow_secrets");
            e.HasKey(x => new { x.WorkflowId, x.Name });
            e.HasOne<Workflow>().WithMany().HasForeignKey(x => x.WorkflowId);
        });
    }

    // No foreign keys: a workflow goes at once, its runs with their age.
    private static void ConfigureEngine(ModelBuilder builder)
    {
        builder.Entity<WorkflowExecution>(e =>
        {
            e.ToTable("workflow_executions");
            e.Property(x => x.Status).HasConversion<string>().HasMaxLength(NameLength);
            e.HasIndex(x => new { x.OrganizationId, x.Mode, x.CreatedAt, x.Id });
            e.HasIndex(x => new { x.WorkflowId, x.CreatedAt, x.Id });
            // Whether a version is one that a run was made with.
            e.HasIndex(x => new { x.WorkflowId, x.Version });
            // In the order in which runs are taken, with what decides whether one is: those that have to wait are passed by without their rows.
            e.HasIndex(x => new { x.Priority, x.DueAt, x.OrganizationId, x.WorkflowId, x.LeaseUntil }).IsDescending(true, false, false, false, false)
                .HasFilter("due_at IS NOT NULL").HasDatabaseName("ix_workflow_executions_due");
            e.HasIndex(x => x.LeaseUntil).HasFilter("lease_until IS NOT NULL").HasDatabaseName("ix_workflow_executions_leased");
            e.HasIndex(x => x.ParentId).HasFilter("parent_id IS NOT NULL");
            e.HasIndex(x => x.CompletedAt).HasFilter("completed_at IS NOT NULL");
        });
        builder.Entity<WorkflowStep>(e =>
        {
            e.ToTable("workflow_steps");
            e.HasKey(x => new { x.ExecutionId, x.Number });
            e.Property(x => x.Status).HasConversion<string>().HasMaxLength(NameLength);
        });
        builder.Entity<WorkflowBlob>(e =>
        {
            e.ToTable("workflow_blobs");
            e.HasKey(x => new { x.ExecutionId, x.Step });
        });
        builder.Entity<WorkflowEffect>(e =>
        {
            e.ToTable("workflow_effects");
            e.HasKey(x => new { x.ExecutionId, x.Step });
        });
    }
}
