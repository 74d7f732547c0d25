/* Stands for Arduino's AVR core: main() that calls setup() and loop(); its timer 0 beats once a millisecond. */
#include <avr/interrupt.h>
#include <avr/io.h>

void setup(void);
void loop(void);

static volatile unsigned long beats;

ISR(TIMER0_OVF_vect) { ++beats; }

int main(void) {
    TCCR0B = (1 << CS01) | (1 << CS00);
    TIMSK0 = 1 << TOIE0;
    TCCR1B = (1 << CS11) | (1 << CS10); /* as the core leaves timer 1: for PWM */
    sei();
    setup();
    for (;;) {
        loop();
    }
}
