using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Portal.Core.Shared.Data;

namespace Portal.Core.Shared.Mail;

internal static class MailRegistration
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidation>();
        services.AddSingleton<Mailer>();
        // Those that still wait to be sent stay.
        services.AddSingleton(new Retention((db, now) => db.Mails.Where(mail => mail.CreatedAt < now - OutboxMail.Kept && mail.DueAt == null).OrderBy(mail => mail.CreatedAt)));
        services.AddSingleton<Outbox>();
        services.AddSingleton<MailDelivery>();
        services.AddHostedService<MailWorker>();
        return services;
    }
}
