using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ML.Thermo.AspNetCore;

/// <summary>Lets a monitor observe what an endpoint answers, without a change of its handler.</summary>
public static class ObservationExtensions
{
    /// <summary>Observes every answer of a handler: its argument of type <typeparamref name="TInput"/> is the row, what it returns the prediction.</summary>
    /// <typeparam name="TInput">The rows' class; the handler takes one.</typeparam>
    /// <typeparam name="TOutput">What the handler returns, by itself or in a result such as <c>Ok&lt;TOutput&gt;</c>. An answer of another type, as an
    /// error, is not observed.</typeparam>
    /// <param name="builder">Of <c>MapPost</c> and its like.</param>
    /// <param name="name">The monitor's.</param>
    /// <param name="id">The id that the row's label will name; null, or an id of null, where no label comes later.</param>
    /// <remarks>The answer goes out as the handler gave it, whatever becomes of the observation.</remarks>
    public static RouteHandlerBuilder ObservedBy<TInput, TOutput>(
        this RouteHandlerBuilder builder, string name, Func<HttpContext, TInput, TOutput, string?>? id = null)
        where TInput : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.AddEndpointFilterFactory((endpoint, next) =>
        {
            int at = Array.FindIndex(endpoint.MethodInfo.GetParameters(), parameter => parameter.ParameterType.IsAssignableTo(typeof(TInput)));
            if (at < 0)
                throw new ThermoException($"The handler that monitor '{name}' is to observe takes no {typeof(TInput).Name}: expected a parameter of it.");
            ThermoMonitor<TInput, TOutput> monitor = endpoint.ApplicationServices.GetRequiredService<ThermoMonitors>()[name].Of<TInput, TOutput>();
            return context =>
            {
                ValueTask<object?> answering = next(context);
                if (!answering.IsCompletedSuccessfully)
                    return Awaited(answering, context);
                object? answer = answering.Result;
                Observe(context, answer);
                return new(answer);
            };

            async ValueTask<object?> Awaited(ValueTask<object?> answering, EndpointFilterInvocationContext context)
            {
                object? answer = await answering;
                Observe(context, answer);
                return answer;
            }

            void Observe(EndpointFilterInvocationContext context, object? answer)
            {
                if (context.Arguments[at] is not TInput input || Value(answer) is not TOutput output)
                    return;
                try
                {
                    if (id?.Invoke(context.HttpContext, input, output) is { Length: > 0 } known)
                        monitor.Observe(known, input, output);
                    else
                        monitor.Observe(input, output);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    monitor.Monitor.Refuse(error); // an id that cannot be told is no reason to fail an answer
                }
            }
        });
    }

    private static object? Value(object? answer) => answer switch
    {
        INestedHttpResult nested => Value(nested.Result),
        IValueHttpResult value => value.Value,
        _ => answer,
    };
}
