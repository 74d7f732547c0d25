#include "PDM.h"

#ifndef PIN_PDM_DIN
#define PIN_PDM_DIN -1
#endif
#ifndef PIN_PDM_CLK
#define PIN_PDM_CLK -1
#endif

PDMClass PDM(PIN_PDM_DIN, PIN_PDM_CLK);
