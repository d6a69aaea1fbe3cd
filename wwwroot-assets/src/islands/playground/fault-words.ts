import type { Texts } from '../island';
import type { Fault } from './validator';

/** What does not fit, in a sentence; ajv's own words where there is none. */
export function describeFault(t: Texts): (fault: Fault) => string {
  return ({ keyword, message, parameters }) => {
    switch (keyword) {
      case 'required': return t('Fault.Required', String(parameters['missingProperty']));
      case 'type': return t('Fault.Type', [parameters['type']].flat().join(', '));
      case 'enum': return t('Fault.Choice', [parameters['allowedValues']].flat().join(', '));
      case 'format': return t('Fault.Format', String(parameters['format']));
      case 'additionalProperties': return t('Fault.Unknown', String(parameters['additionalProperty']));
      default: return message;
    }
  };
}
